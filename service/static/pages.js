// The few things that a page cannot do without a script. All of them are extras: every page works without.
