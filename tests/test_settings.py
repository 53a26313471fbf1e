"""Settings: every one from the environment, and a clear message for a bad value."""

from dataclasses import fields
from pathlib import Path

import pytest

from sixaika_graph.errors import SettingsError
from sixaika_graph.settings import Settings


def test_defaults_serve_the_checkout_on_loopback() -> None:
    settings = Settings.from_env({})

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000/"
    assert (settings.root / "data" / "turtle").is_dir()
    assert settings.people


def test_the_environment_sets_and_the_command_line_wins() -> None:
    environ = {"SIXAIKA_PORT": "9000", "SIXAIKA_HOST": "::1", "SIXAIKA_PEOPLE": "off"}

    settings = Settings.from_env(environ, port="9001", host=None)

    assert (settings.port, settings.host, settings.people) == (9001, "::1", False)
    assert settings.public_url == "http://[::1]:9001/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80\u0660"),
        ("HOST", "a b"),
        ("HOST", "-x"),
        ("PUBLIC_URL", "example.org"),
        ("PUBLIC_URL", "ftp://example.org/"),
        ("PUBLIC_URL", "https://example.org/?q"),
        ("ROOT", "/nowhere"),
        ("PEOPLE", "no"),
        ("WORKERS", "0"),
        ("THREADS", "many"),
        ("QUEUE", "-1"),
        ("CLIENT_SHARE", "0"),
        ("QUERY_TIMEOUT", "nan"),
        ("QUERY_TIMEOUT", "0"),
        ("QUERY_MEMORY", "1"),
        ("ANSWER_LIMIT", "1e3"),
        ("PUBLISHER_NAME", " "),
        ("PUBLISHER_NAME", "a\nb"),
        ("PUBLISHER_TYPE", "City"),
        ("PUBLISHER_URL", "example.org"),
        ("CONTACT_URL", "somebody@example.org"),
        ("CONTACT_URL", "mailto:nobody"),
        ("CONTACT_URL", "https://example.org/<a>"),
        ("STAGING", "yes"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^SIXAIKA_{name}: expected .*, not ") as caught:
        Settings.from_env({f"SIXAIKA_{name}": value})

    assert repr(value) in str(caught.value)


def test_an_empty_variable_is_an_unset_one() -> None:
    assert Settings.from_env({}) == Settings.from_env({"SIXAIKA_PORT": ""})


def test_every_setting_explains_itself() -> None:
    assert all(one.metadata["help"] for one in fields(Settings))


def test_the_public_address_ends_in_a_slash(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {"SIXAIKA_PUBLIC_URL": "https://example.org/6aika", "SIXAIKA_CACHE": str(tmp_path)}
    )

    assert settings.public_url == "https://example.org/6aika/"
    assert tmp_path == settings.cache


ANSWERED_FOR = {
    "SIXAIKA_PUBLIC_URL": "https://data.example.org/",
    "SIXAIKA_PUBLISHER_NAME": "City of Oulu",
    "SIXAIKA_PUBLISHER_TYPE": "LocalAuthority",
    "SIXAIKA_CONTACT_URL": "mailto:open.data@example.org",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLISHER_NAME", ""),
        ("CONTACT_URL", ""),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "http://localhost:8000/"),
        ("PUBLIC_URL", "http://10.0.0.7/"),
        ("STAGING", "on"),
    ],
)
def test_portals_may_harvest_only_what_someone_answers_for(name: str, value: str) -> None:
    assert Settings.from_env(ANSWERED_FOR).for_harvesting
    assert not Settings.from_env({**ANSWERED_FOR, f"SIXAIKA_{name}": value}).for_harvesting
    assert not Settings.from_env({}).for_harvesting
