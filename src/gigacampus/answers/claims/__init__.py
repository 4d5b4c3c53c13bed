"""Claims that parties make, each judged against a run: reproduced, consistent, unlikely, impossible together, not checkable."""
