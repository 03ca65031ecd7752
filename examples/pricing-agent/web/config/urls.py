from django.urls import path

from pricing import operations, views

urlpatterns = [
    path("", views.page),
    path("api/products", views.products),
    path("api/quotes", views.quotes),
    path("health", operations.health),
    path("health/ready", operations.ready),
]
