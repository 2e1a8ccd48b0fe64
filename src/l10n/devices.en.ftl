### Cameras, sound, displays, browsers, apps, session, power, link.
