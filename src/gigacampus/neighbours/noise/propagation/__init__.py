"""How sound travels: one file for each method, and the engine that serves them all."""
