/**
 * What CloudFront Functions' JavaScript runtime 2.0 documents, and so all that
 * the local runtime leaves standing. Node's own engine knows far more; code that
 * used it would work here and fail at the edge.
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const words = (text: string): string[] => text.trim().split(/\s+/);

/** Global names. `eval` stands, since ES 5.1 has it, but refuses: code generation from strings is off. */
export const GLOBALS = words(`
  Object String Number Math Date Function RegExp JSON Array Float32Array Float64Array Int8Array Int16Array
  Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array ArrayBuffer Promise DataView Symbol
  TextDecoder TextEncoder Boolean console
  Error EvalError RangeError ReferenceError SyntaxError TypeError URIError
  globalThis decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt
  atob btoa NaN Infinity undefined eval`);

/** Static methods and properties, by global. Those that are not listed here are not touched. */
export const STATICS: Record<string, string[]> = {
  Object: words(`create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyDescriptors
    getOwnPropertyNames getPrototypeOf isExtensible isFrozen isSealed keys preventExtensions seal assign entries
    values`),
  String: words('fromCharCode fromCodePoint'),
  Array: words('isArray of'),
  Number: words(`EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY
    POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseInt parseFloat`),
  Promise: words('all allSettled any reject resolve race'),
  JSON: words('parse stringify'),
};

/** Methods of values, by constructor. */
export const METHODS: Record<string, string[]> = {
  Object: words('hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf'),
  String: words(`charAt concat indexOf lastIndexOf match replace search slice split substr substring toLowerCase trim
    toUpperCase codePointAt endsWith includes repeat startsWith padStart padEnd trimStart trimEnd replaceAll
    toString valueOf`),
  Number: words('toExponential toFixed toPrecision toString valueOf'),
  Array: words(`concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice
    some sort splice unshift copyWithin fill find findIndex includes toString`),
  RegExp: words('exec test toString global ignoreCase multiline source sticky flags'),
  Function: words('apply bind call toString'),
  Promise: words('catch finally then'),
};
