-- The process that holds a session lock runs periodic work, so that no times are stored.
DROP TABLE "schedule";
