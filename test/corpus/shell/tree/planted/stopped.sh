#!/bin/sh
printf '%s\n' "$1"
fi
rm -rf $2/*
