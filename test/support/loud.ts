// To be imported before any logger is made: these tests read what is logged.
process.env.POWERTOOLS_LOG_LEVEL = 'INFO';
