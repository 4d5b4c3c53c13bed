"""The county's books beside the company's."""
