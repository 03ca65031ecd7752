#!/usr/bin/env nix-shell
#! nix-shell -i bash
rm -rf $1/*
