### The HTML page.
