"""Which records are exits of start-ups; an acquisition from abroad is an acquisition too."""

from __future__ import annotations

LISTINGS = ("listing",)
LISTINGS_VC_BACKED = ("listing_vc_backed",)
ACQUISITIONS = ("acquisition",)
ACQUISITIONS_VC_BACKED = ("acquisition_vc_backed",)
