"""Evidence: exhibits, storage, custody, photographs, laboratory referrals. The app that sees everything below it."""
