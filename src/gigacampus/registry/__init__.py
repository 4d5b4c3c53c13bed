"""What crosses from one part to another, each said once: result variables, stages, and what a stage gets to see."""
