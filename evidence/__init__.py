"""Evidence: exhibits, custody, photographs, laboratory referrals. The app that sees everything below it.

It holds no record yet; ligatures and the like are noted on the find they were seen with until exhibits are kept here.
"""
