"""What a gateway tells about itself: log, metrics, health."""
