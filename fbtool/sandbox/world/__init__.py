"""Who and what exists: people, Pages, businesses, customers and apps, read from YAML."""

from fbtool.sandbox.world.description import (
    Access,
    App,
    Business,
    Configuration,
    Customer,
    LoginProduct,
    Mode,
    Page,
    Person,
    Policy,
    Reach,
    Role,
    Task,
    TokenDelivery,
    World,
)
from fbtool.sandbox.world.loader import SHIPPED, load, read, shipped

__all__ = [
    "SHIPPED",
    "Access",
    "App",
    "Business",
    "Configuration",
    "Customer",
    "LoginProduct",
    "Mode",
    "Page",
    "Person",
    "Policy",
    "Reach",
    "Role",
    "Task",
    "TokenDelivery",
    "World",
    "load",
    "read",
    "shipped",
]
