"""Tables that people bring: every habit of writing them is read right or refused."""
