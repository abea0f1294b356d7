"""The open services that say what a paper or trial is: Europe PMC, Crossref, NCBI, ClinicalTrials.gov.

``client`` asks any of them with manners and keeps the answers; ``paper_services`` and ``trial_registry``
know their addresses and the form of their answers, ``bibliography`` what all of them say of a paper.
"""
