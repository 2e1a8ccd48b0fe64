### The reflector and rooms on the LAN.

## The responder
help-arg-metrics = Serve counters for Prometheus at http://ADDR:PORT/metrics, unencrypted and for anyone who can reach it; a port alone means this machine only. Off by default
help-arg-log-level = What goes into the log
help-arg-log-format = Form of the log's lines
help-arg-log-file = Add the log to this file in place of stderr
cli-reflect-metrics = Counters for Prometheus: http://{ $address }/metrics
cli-reflect-metrics-open = Anyone who can reach this address can read the counters.
net-reflector-used = { $reflector } (used)
net-reflector-passed-over = { $role }; answered, and was not needed because one named before it was used
