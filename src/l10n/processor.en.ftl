### Processor names, cores, memory, and the `cpu` command.
