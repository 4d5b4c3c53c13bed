"""The typed inputs of every area, one file each, and the scenario that they make up."""
