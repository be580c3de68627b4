// To be imported before any logger is made: these tests read what is logged.
delete process.env.LOG_LEVEL;
