"""Evidence: exhibits, custody, photographs, laboratory referrals. The app that sees everything below it."""
