"""The calendar and one module per recurring job, each an idempotent step over due rows."""
