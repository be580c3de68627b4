// Set before any logger is made: what a test provokes is not what its reader looks for.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
