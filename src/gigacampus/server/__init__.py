"""The HTTP server: routes, typed requests and answers, jobs, and the limits that keep it standing."""
