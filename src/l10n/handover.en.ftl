### Tickets, sign-off, comparison, policies and formats for tools.
