from collections.abc import Callable
from functools import wraps

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from pricing.inference import InferenceUnavailable, recommend
from pricing.models import Product, Quote
from pricing.requests import Invalid, fields_of

SHOWN = 100


def told(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A wrong request is answered with 422 and the reason for each field."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Invalid as invalid:
            return JsonResponse({"errors": invalid.errors}, status=422)

    return wrapped


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    latest = Quote.objects.select_related("product")[:20]
    return render(request, "pricing/page.html", {"products": Product.objects.all()[:SHOWN], "quotes": latest})


@require_http_methods(["GET", "HEAD", "POST"])
@told
def products(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return JsonResponse({"items": [one.as_json() for one in Product.objects.all()[:SHOWN]]})
    fields = fields_of(request, {"sku": 40, "name": 100}, ("unit_cost_cents",))
    try:
        with transaction.atomic():
            product = Product.objects.create(**fields)
    except IntegrityError:
        return JsonResponse({"errors": {"sku": "there is one already"}}, status=409)
    return JsonResponse(product.as_json(), status=201)


@require_http_methods(["GET", "HEAD", "POST"])
@told
def quotes(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        found = Quote.objects.select_related("product").filter(product__sku=request.GET.get("sku", ""))
        return JsonResponse({"items": [one.as_json() for one in found[:SHOWN]]})
    fields = fields_of(request, {"sku": 40}, ("competitor_price_cents",))
    product = Product.objects.filter(sku=fields["sku"]).first()
    if product is None:
        return JsonResponse({"errors": {"sku": "there is no such product"}}, status=404)
    competitor = int(fields["competitor_price_cents"])
    try:
        best = recommend(product.unit_cost_cents, competitor)
    except InferenceUnavailable as away:
        return JsonResponse({"errors": {"": f"the inference service: {away}"}}, status=503)
    quote = Quote.objects.create(
        product=product,
        price_cents=best.price_cents,
        expected_units=best.expected_units,
        competitor_price_cents=competitor,
        model=best.model,
    )
    return JsonResponse(quote.as_json(), status=201)
