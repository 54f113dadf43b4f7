"""Exhibits, custody, files and what laboratories were asked, as the interface shows them; one stem per file."""
