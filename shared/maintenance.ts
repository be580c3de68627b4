/** What visitors see while a pilot is offline. A load balancer takes at most 1,024 characters. */
export const MAINTENANCE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Back soon</title><body style="font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem"><h1>Back soon</h1><p>We are working on it. Please try again in a few minutes.</p></body></html>';
