import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler
from django.test import Client


def test_it_lives_without_a_database(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok", "version": "unversioned"}


@pytest.mark.django_db
def test_it_is_ready_with_a_database_that_is_migrated(client: Client) -> None:
    assert client.get("/health/ready").json() == {"ready": True, "version": "unversioned"}


@pytest.mark.django_db
def test_it_is_not_ready_before_the_migration(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="pricing").delete()
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["why"] == "not migrated: pricing.0001_initial"


@pytest.mark.django_db
def test_it_is_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = {"ENGINE": "django.db.backends.postgresql", "NAME": "pricing", "HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setattr("pricing.operations.connection", ConnectionHandler({"default": nobody})["default"])
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["why"] == "database: OperationalError"


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
