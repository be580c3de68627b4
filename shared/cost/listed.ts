/**
 * One price, and where AWS's bulk price list has it
 * (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html).
 */
export interface Listed {
  /** In words, for a person who reads an estimate. */
  what: string;
  /** What one of it is: `hour`, `GB-month`, `million requests`. */
  unit: string;
  /** The price list's name, AWS's "offer code". */
  offer: string;
  /** The usage type without the code of the place before it; a closing `*` lets it end in anything. */
  usage: string;
  /** Where the price holds: in a region, unless it says in one of CloudFront's price areas or everywhere. */
  scope?: 'area' | 'world';
  /** The product family, where the usage type alone is not enough. */
  family?: string;
  /** Further attributes that the product must have. */
  where?: Readonly<Record<string, string>>;
  /** How many of the list's units are one of ours: the list counts requests, we count millions. */
  times?: number;
  /** The list may lack it: then its last known value stays, and nothing is wrong. */
  unlisted?: true;
}
