"""The folders that Athanor makes: the data folder, short ones for sockets, and, as root, one for the cluster."""

import fcntl
import hashlib
import os
import pwd
import re
import secrets
import stat
from pathlib import Path

from athanor.embedded.errors import StartError
from athanor.embedded.processes import User

# A socket's path may have 107 bytes on Linux and 103 on macOS; the longest name in these folders is .s.PGSQL.5432.lock.
_LONGEST_SOCKET_FOLDER = 80
_ROOT_HOME = Path("/var/lib/athanor")
_UNPRIVILEGED = ("postgres", "_postgres", "nobody", "daemon")


def make_private(folder: Path, owner: User | None = None) -> Path:
    """Makes the folder (0700) when it is missing; an existing one keeps its mode."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if not folder.is_dir():
            raise StartError(f"{folder} is not a folder. Move it away, or set ATHANOR_DATA_DIR.") from None
        return folder
    except OSError as error:
        raise StartError(f"Cannot make the folder {folder}: {error.strerror}. Set ATHANOR_DATA_DIR.") from None
    if owner:
        os.chown(folder, owner.uid, owner.gid)
    return folder


def lock(data_dir: Path) -> int:
    """A descriptor that holds the data folder for this process; it is free again when the process is gone.

    Raises:
        StartError: another process holds it.
    """
    path = data_dir / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StartError(f"Cannot write {path}: {error.strerror}. Set ATHANOR_DATA_DIR to a folder of yours.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode().strip() or "unknown"
        os.close(descriptor)
        raise StartError(
            f"Athanor already runs on the data folder {data_dir} (process {holder}). "
            "Stop that one, or set ATHANOR_DATA_DIR to another folder."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def socket_folder_name(data_dir: Path) -> str:
    """The same short name for the same data folder, by whatever path."""
    return hashlib.sha256(os.fsencode(os.path.realpath(data_dir))).hexdigest()[:12]


def socket_folder(data_dir: Path) -> Path:
    """A private folder with a short path, the same one for the same data folder; made when it is missing.

    Raises:
        StartError: no place is both ours alone and short enough.
    """
    name = socket_folder_name(data_dir)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    bases = [Path(runtime, "athanor")] if os.path.isabs(runtime) else []
    bases.append(Path(f"/tmp/athanor-{os.getuid()}"))  # noqa: S108 - made 0700 and checked below
    refusals = []
    for base in bases:
        folder = base / name
        if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
            refusals.append(f"{base} is too long for a socket")
            continue
        refusal = _refusal(base) or _refusal(folder)
        if refusal is None:
            return folder
        refusals.append(refusal)
    raise StartError(
        f"No private folder for sockets: {'; '.join(refusals)}. Set XDG_RUNTIME_DIR to a short folder of yours."
    )


def _refusal(folder: Path) -> str | None:
    """Makes the folder 0700; why it must not be used, when another user could have made it or can enter it."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        return f"{folder}: {error.strerror}"
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        return f"{folder} is not a folder of this user alone"
    return None


def cluster_folder(data_dir: Path) -> Path | None:
    """Where the bundled cluster of this data folder lies, if there is one; looks and makes nothing."""
    identifier = _identifier(data_dir)
    places = [data_dir / "postgres", *([_ROOT_HOME / identifier / "postgres"] if identifier else [])]
    for place in places:
        try:
            if place.is_dir():
                return place
        except OSError:  # another user's
            continue
    return None


def _identifier(data_dir: Path) -> str | None:
    try:
        text = (data_dir / "id").read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if re.fullmatch(r"[0-9a-f]{12}", text) else None


def root_home(data_dir: Path) -> tuple[Path, User]:
    """As root: the cluster's own folder below /var/lib/athanor, and the unprivileged user it belongs to.

    PostgreSQL refuses to run as root, and another user cannot enter a data folder below a root-only folder. The data
    folder keeps the id.
    """
    path = data_dir / "id"
    try:
        identifier = path.read_text().strip()
    except FileNotFoundError:
        identifier = secrets.token_hex(6)
        unfinished = path.with_suffix(".new")
        unfinished.write_text(identifier + "\n")
        unfinished.replace(path)
    if not re.fullmatch(r"[0-9a-f]{12}", identifier):
        raise StartError(f"{path} should hold 12 hexadecimal digits. Restore it, or remove it to begin with no data.")
    home = make_root_folder() / identifier
    found = home.stat() if home.exists() else None
    user = User(found.st_uid, found.st_gid) if found and found.st_uid else _unprivileged_user()
    make_private(home, user)
    os.chown(home, user.uid, user.gid)  # still root's own after a kill between making it and giving it away
    return home, user


def make_root_folder() -> Path:
    """/var/lib/athanor, which the cluster's user has to be able to pass through."""
    if not _ROOT_HOME.exists():
        try:
            _ROOT_HOME.mkdir(parents=True)
            _ROOT_HOME.chmod(0o755)  # whatever the umask
        except OSError as error:
            raise StartError(f"Cannot make the folder {_ROOT_HOME}: {error.strerror}. {WAY_OUT_AS_ROOT}") from None
    return _ROOT_HOME


WAY_OUT_AS_ROOT = "Run Athanor as a normal user, or set ATHANOR_DATABASE_URL to a PostgreSQL of yours."


def _unprivileged_user() -> User:
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid)
    raise StartError(f"PostgreSQL does not run as root, and there is no user named 'nobody'. {WAY_OUT_AS_ROOT}")
