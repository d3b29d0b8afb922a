"""The service that stays: Prefect's server, the schedule, the report on demand."""
