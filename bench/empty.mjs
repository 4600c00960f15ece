// The floor of an import: a file in which there is nothing.
