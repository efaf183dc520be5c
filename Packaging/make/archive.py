"""Archives with the same bytes for the same files: sorted, owned by root, and dated to the commit."""
import gzip
import io
import pathlib
import tarfile


class Files:
    """The files of a package by their paths, without a first slash."""

    def __init__(self):
        self.entries = {}

    def folder(self, path, mode=0o755, owner=0):
        self._parents(path)
        self.entries[path] = ("folder", mode, owner, None)

    def text(self, path, text, mode=0o644):
        self.data(path, text.encode(), mode)

    def data(self, path, data, mode=0o644):
        self._parents(path)
        self.entries[path] = ("file", mode, 0, data)

    def copy(self, path, source, mode=0o644):
        self.data(path, pathlib.Path(source).read_bytes(), mode)

    def link(self, path, target):
        self._parents(path)
        self.entries[path] = ("link", 0o777, 0, target)

    def compressed(self, path, text):
        self.data(path, gzip.compress(text.encode(), 9, mtime=0))

    def _parents(self, path):
        for parent in list(pathlib.PurePosixPath(path).parents)[-2::-1]:
            self.entries.setdefault(str(parent), ("folder", 0o755, 0, None))

    def tar(self, epoch, prefix=""):
        """The bytes of a tar archive."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, (kind, mode, owner, content) in sorted(self.entries.items()):
                entry = tarfile.TarInfo(prefix + path)
                entry.mtime, entry.mode, entry.uid, entry.gid = epoch, mode, owner, owner
                if kind == "folder":
                    entry.type = tarfile.DIRTYPE
                    archive.addfile(entry)
                elif kind == "link":
                    entry.type, entry.linkname = tarfile.SYMTYPE, content
                    archive.addfile(entry)
                else:
                    entry.size = len(content)
                    archive.addfile(entry, io.BytesIO(content))
        return buffer.getvalue()


def compress(data, level=6):
    """gzip without a name and a time."""
    return gzip.compress(data, level, mtime=0)
