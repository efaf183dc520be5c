"""The migrations of the next release begin with those of this one."""

from importlib import import_module

Migration = import_module("auth_api.migrations.0001_initial").Migration
