"""Making a bag with the Library of Congress's `bagit`, in a process of its own: it changes the working directory.

`python -m evidence.bundle.bagging make|save FOLDER`, with the lines of bag-info.txt as JSON on the standard input.
"""

from __future__ import annotations

import json
import sys

import bagit


def main() -> None:
    """Make a bag of a folder, or list its tag files anew after some were added."""
    what, folder = sys.argv[1:]
    if what == "make":
        bagit.make_bag(folder, json.load(sys.stdin), checksums=["sha256"])
    else:
        bagit.Bag(folder).save()


if __name__ == "__main__":
    main()
