"""Templates are found in a checkout and in an installed package, and nobody else's are taken."""

from __future__ import annotations

import pytest

from digest.errors import ConfigError
from digest.shipped import shipped


def test_a_checkout_uses_its_own_templates(root):
    assert shipped("templates") == root / "templates"


def test_an_installed_package_uses_the_copy_inside_it(tmp_path):
    package = tmp_path / "digest"
    (package / "_shipped" / "templates").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    assert shipped("templates", package=package) == package / "_shipped" / "templates"


def test_a_missing_file_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(ConfigError, match=r"schedules\.yaml"):
        shipped("schedules.yaml", package=tmp_path / "digest")
