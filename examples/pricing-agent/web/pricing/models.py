from django.db import models


class Product(models.Model):
    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    unit_cost_cents = models.PositiveIntegerField()

    class Meta:
        ordering = ["sku"]
        constraints = [
            models.CheckConstraint(condition=models.Q(unit_cost_cents__gt=0), name="product_costs_something"),
        ]

    def __str__(self) -> str:
        return self.sku

    def as_json(self) -> dict[str, str | int]:
        return {"sku": self.sku, "name": self.name, "unit_cost_cents": self.unit_cost_cents}


class Quote(models.Model):
    """A price that was recommended: kept, because a price has to be explained later."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="quotes")
    price_cents = models.PositiveIntegerField()
    expected_units = models.FloatField()
    competitor_price_cents = models.PositiveIntegerField()
    model = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.price_cents} for {self.product}"

    def as_json(self) -> dict[str, str | int | float]:
        return {
            "sku": self.product.sku,
            "price_cents": self.price_cents,
            "expected_units": self.expected_units,
            "competitor_price_cents": self.competitor_price_cents,
            "model": self.model,
            "created_at": self.created_at.isoformat(),
        }
