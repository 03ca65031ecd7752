"""What the cluster asks: whether this process lives, and whether it can serve."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def health(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "version": settings.APP_VERSION})


@require_safe
def ready(_: HttpRequest) -> JsonResponse:
    """Not ready without the database, nor with one that lacks a migration of this version."""
    try:
        executor = MigrationExecutor(connection)
        missing = [str(one) for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    except DatabaseError as problem:
        return JsonResponse({"ready": False, "why": f"database: {type(problem).__name__}"}, status=503)
    if missing:
        return JsonResponse({"ready": False, "why": f"not migrated: {', '.join(missing)}"}, status=503)
    return JsonResponse({"ready": True, "version": settings.APP_VERSION})
