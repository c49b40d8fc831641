"""Folders that a service synchronises or that lie on a network, and what SQLite needs there."""

import os
import re
from contextlib import suppress
from pathlib import Path

_SERVICES = re.compile(
    r"(dropbox|onedrive|google ?drive|my drive|icloud ?drive|mobile documents|cloudstorage"
    r"|nextcloud|owncloud|pcloud ?drive|syncthing)( .*)?",
    re.IGNORECASE,
)
_MARKERS = {  # what a service leaves in the folder that it synchronises
    ".stfolder": "Syncthing",
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
}
_NETWORK = re.compile(r"nfs.*|cifs|smb.*|9p|afs|ceph|glusterfs|lustre|fuse(\..*)?")
_MOUNTS = Path("/proc/self/mountinfo")


def advice(folder: Path) -> str | None:
    """What to mind where a service or a network holds a folder; None where neither does."""
    real = Path(os.path.realpath(folder))
    for place in (real, *real.parents):
        found = [name for mark, name in _MARKERS.items() if (place / mark).exists()]
        if found or _SERVICES.fullmatch(place.name):
            return (
                f"{folder} is synchronised ({found[0] if found else place.name}): quit the program"
                " and let the files arrive before another machine uses it, as SQLite's write-ahead"
                " log makes sense only beside its database"
            )
    kind = _file_system(real)
    if real.drive.startswith("\\\\") or _NETWORK.fullmatch(kind):
        return (
            f"{folder} is on a network ({kind or real.drive}): use it from one machine at a time,"
            " as SQLite's write-ahead log needs memory that its users share"
        )
    return None


def _file_system(folder: Path) -> str:
    """The kind of the file system that a folder is on; empty where the system does not say."""
    kinds: dict[Path, str] = {}
    with suppress(OSError):
        for line in _MOUNTS.read_text(errors="surrogateescape").splitlines():
            place, _, kind = line.partition(" - ")
            escaped = place.split()[4].encode(errors="surrogateescape").decode("unicode_escape")
            kinds[Path(escaped)] = kind.split()[0]
    return next((kinds[place] for place in (folder, *folder.parents) if place in kinds), "")
