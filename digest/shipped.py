"""Find the files that come with the program: templates/, schedules.yaml and its schema.

In a checkout (an editable install too) they lie beside the package; a wheel carries copies of
them in `digest/_shipped`. A folder `templates` of somebody else in site-packages is never taken.
"""

from __future__ import annotations

from pathlib import Path

from digest.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str, *, package: Path = _PACKAGE) -> Path:
    """The path of `templates`, `schedules.yaml` or its schema as it came with the program.

    Args:
        name: file or folder, relative to the top of the checkout.
        package: the folder of the package `digest`.

    Raises:
        ConfigError: this installation does not have it.
    """
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).exists():
        return checkout / name
    packaged = package / "_shipped" / name
    if packaged.exists():
        return packaged
    raise ConfigError(
        f"`{name}` is missing from this installation: looked in {checkout} and {packaged.parent}",
        hint="install weekly-ai-recap again",
    )
