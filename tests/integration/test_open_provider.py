from __future__ import annotations

import pytest

from digest.errors import ConfigError
from digest.providers import open_provider
from digest.settings import load_settings
from digest.settings.schedules import PROVIDERS

VALUES = {"RESEND_API_KEY": "re_key", "RECAP_SMTP_URL": "smtp://mail.x.example"}


def settings(root, folder, provider, values):
    shipped = (root / "schedules.yaml").read_text(encoding="utf-8")
    changed = shipped.replace("provider: outbox", f"provider: {provider}", 1)
    (folder / "schedules.yaml").write_text(changed, encoding="utf-8")
    return load_settings(folder, values)


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_provider_that_is_named_is_opened_and_says_what_it_can(root, tmp_path, name):
    provider = open_provider(settings(root, tmp_path, name, VALUES))
    assert provider.name == name
    assert provider.limits.mails >= 1
    assert provider.honours_keys is (name != "smtp")


@pytest.mark.parametrize(
    ("name", "variable"), [("resend", "RESEND_API_KEY"), ("smtp", "RECAP_SMTP_URL")]
)
def test_a_provider_without_its_variable_names_it(root, tmp_path, name, variable):
    with pytest.raises(ConfigError, match=variable):
        open_provider(settings(root, tmp_path, name, {}))
