"""What the public reads without a login: published updates of cases, and nothing else of them."""
