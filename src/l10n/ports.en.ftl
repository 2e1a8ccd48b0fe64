### Ports, ranges, NAT and the firewall sheet.
