"""Addresses of the public pages and their feeds."""

from __future__ import annotations

from django.urls import path

from cases.public import feeds, pages

urlpatterns = [
    path("", pages.updates, name="public_updates"),
    path("feed.atom", feeds.updates_feed, {"form": "atom"}, name="public_updates_atom"),
    path("feed.json", feeds.updates_feed, {"form": "json"}, name="public_updates_json"),
    path("<slug:slug>/", pages.page, name="public_page"),
    path("<slug:slug>/feed.atom", feeds.page_feed, {"form": "atom"}, name="public_page_atom"),
    path("<slug:slug>/feed.json", feeds.page_feed, {"form": "json"}, name="public_page_json"),
    path("<slug:slug>/<int:number>/", pages.update, name="public_update"),
]
