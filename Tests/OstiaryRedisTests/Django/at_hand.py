"""What the tests use."""

import datetime
from decimal import Decimal
from uuid import UUID

from constance import config
from constance.codecs import dumps, loads
