"""The only place that knows tables; one module of queries per noun."""
