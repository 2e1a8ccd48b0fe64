### Bandwidth, quality, scenarios and watching.
