### The reflector and rooms on the LAN.
