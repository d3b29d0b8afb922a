"""Where things lie and what time it is: the only module that reads the environment and the clock."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from warehouse.declarations import MisuseError, YishuError

REPOSITORY = Path(__file__).resolve().parents[1]
TIMEZONE = "Asia/Shanghai"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations; built once, at the edge, and handed down."""

    data: Path
    inbox: Path
    roots: tuple[Path, ...]
    register_url: str
    prefect_api_url: str | None
    retry_seconds: tuple[float, ...]
    read_seconds: float = 20.0
    read_mib: int = 1024

    @property
    def landing(self) -> Path:
        """Received bytes, immutable."""
        return self.data / "landing"

    @property
    def frames(self) -> Path:
        """Readings: typed rows, layout, findings."""
        return self.data / "frames"

    @property
    def warehouse(self) -> Path:
        """The published store."""
        return self.data / "warehouse"

    @property
    def docs(self) -> Path:
        """Great Expectations' Data Docs, built on request."""
        return self.data / "data-docs"

    @property
    def prefect_home(self) -> Path:
        """The home of our own Prefect server, apart from any other on this machine."""
        return self.data / "prefect"

    @property
    def has_register(self) -> bool:
        """Whether anything was ever collected; a register in a database server is taken to be there."""
        path = self.register_url.removeprefix("sqlite:///")
        return path == self.register_url or Path(path).exists()

    @property
    def sound(self) -> Path:
        """The hash of the declarations whose queries were last found to run."""
        return self.data / "sound"

    @property
    def lock(self) -> Path:
        """Held by the one collection that may run."""
        return self.data / "lock"


def from_environment() -> Settings:
    """The settings that the environment asks for; relative paths are taken from the current folder."""
    data = _path("YISHU_DATA", Path("data"))
    extra = [Path(part).expanduser() for part in os.environ.get("YISHU_CONFIG", "").split(os.pathsep) if part.strip()]
    for root in extra:
        if not root.is_dir():
            raise YishuError(f"YISHU_CONFIG names {root}, which is not a folder; create it or unset YISHU_CONFIG.")
    return Settings(
        data=data,
        inbox=_path("YISHU_INBOX", REPOSITORY / "sources" / "samples"),
        roots=(REPOSITORY, *(root.resolve() for root in extra)),
        register_url=os.environ.get("YISHU_REGISTER") or f"sqlite:///{data / 'register.sqlite'}",
        prefect_api_url=os.environ.get("PREFECT_API_URL") or None,
        retry_seconds=_seconds("YISHU_RETRY_SECONDS", (2.0, 10.0, 30.0)),
        read_seconds=_at_least("YISHU_READ_SECONDS", 20, lowest=1),
        read_mib=int(_at_least("YISHU_READ_MIB", 1024, lowest=64)),
    )


def need_register(settings: Settings) -> None:
    """Nothing happens where something was collected before; else a MisuseError."""
    if not settings.has_register:
        text = f"Nothing was collected yet in {settings.data}; run `yishu collect` first."
        raise MisuseError(text, said="nothing_collected")


def prepare(settings: Settings) -> None:
    """Make the data folder; a place that cannot be written to is an error that names it."""
    try:
        for folder in (settings.data, settings.landing, settings.frames, settings.warehouse, settings.prefect_home):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise YishuError(
            f"Cannot write to the data folder {settings.data} ({error.strerror}); "
            "set YISHU_DATA to a folder that you may write to."
        ) from error


def secret(settings: Settings) -> bytes:
    """The key that personal data is hashed with: made on first use, readable by its owner only."""
    path = settings.data / "secret.key"
    if not path.exists():
        aside = path.with_name(f"secret.key.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link never replaces a key that another process made in the meantime.
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    key = path.read_bytes()
    if len(key) != SECRET_BYTES:
        raise YishuError(f"{path} is damaged; put it back from a backup, or delete it and everything is read again.")
    return key


def prefect_environment(settings: Settings, *, debug: bool = False) -> dict[str, str]:
    """What must stand in the environment before prefect is imported: our own home, quiet, calling nobody."""
    environment = {
        "PREFECT_HOME": str(settings.prefect_home),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        # The server's own costs: see Settings to ship in the stack notes; nobody uses automations here.
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "500",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }
    if not debug:
        # Log lines still reach the Prefect UI; on the terminal we speak ourselves.
        environment["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
        environment["PREFECT_LOGGING_HANDLERS_DEBUG_LEVEL"] = "CRITICAL"
    return environment


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date where the offices are."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()


def _path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().absolute()


def _seconds(name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise YishuError(f"{name} says {text!r}; write seconds, for example 10,60,300.") from error


def _at_least(name: str, default: float, *, lowest: int) -> float:
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not lowest <= number < float("inf"):
        raise YishuError(f"{name} says {text!r}; write a number from {lowest} on, for example {default:g}.")
    return number
