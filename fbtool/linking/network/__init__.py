"""The way to the gateway and to Facebook: their clients, proxies, certificates, and several calls at a time."""
