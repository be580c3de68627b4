// Set before any logger is made: what a test provokes is not what its reader looks for.
process.env.LOG_LEVEL = 'silent';
